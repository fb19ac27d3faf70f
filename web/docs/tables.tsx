import type { JsonSchema } from "../../src/docs/schema";
import type { ErrorEntry } from "./documents";
import { boundsOf, type Line, linesOf, typeName } from "./schema";

const Row = ({ name, depth, required, schema, optional }: Line & { readonly optional: boolean }) => (
  <tr>
    <td class="fixed">
      {depth > 0 && <span class="muted">{"› ".repeat(depth)}</span>}
      <code>{name}</code>
    </td>
    <td data-label="type">
      {typeName(schema)}
      {optional && !required && <span class="muted"> (optional)</span>}
    </td>
    <td>
      {schema.description}
      {boundsOf(schema) && <span class="muted"> ({boundsOf(schema)})</span>}
    </td>
  </tr>
);

interface FieldsProps {
  readonly caption: string;
  readonly lines: readonly Line[];
}

/** Fields in a table: name, type, what it is and its bounds. */
export const Fields = ({ caption, lines }: FieldsProps) => (
  <table class="table">
    <caption class="visually-hidden">{caption}</caption>
    <thead>
      <tr>
        <th scope="col">Field</th>
        <th scope="col">Type</th>
        <th scope="col">Description</th>
      </tr>
    </thead>
    <tbody>
      {lines.map((line, i) => (
        <Row key={`${i} ${line.name}`} {...line} optional />
      ))}
    </tbody>
  </table>
);

/** What comes back: a table of an object's fields, or one line for a plain value. */
export function Result({ caption, schema }: { readonly caption: string; readonly schema: JsonSchema }) {
  const lines = linesOf(schema);
  return (
    <>
      <p class="small">
        <code>{typeName(schema)}</code>
        {schema.description && ` · ${schema.description}`}
      </p>
      {lines.length > 0 && <Fields caption={caption} lines={lines} />}
    </>
  );
}

/** Errors in a table: code, message, and when it comes. */
export const ErrorTable = ({
  caption,
  errors,
}: {
  readonly caption: string;
  readonly errors: readonly ErrorEntry[];
}) => (
  <table class="table">
    <caption class="visually-hidden">{caption}</caption>
    <thead>
      <tr>
        <th scope="col">Code</th>
        <th scope="col">Message</th>
        <th scope="col">When</th>
      </tr>
    </thead>
    <tbody>
      {errors.map(({ code, message, data }) => (
        <tr key={`${code} ${message}`}>
          <td class="fixed">
            <code>{code}</code>
          </td>
          <td>{message}</td>
          <td class="muted">{data}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
