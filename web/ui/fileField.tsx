import { useId } from "preact/hooks";
import { AreaField, type AreaProps } from "./field";

/** A text that is pasted, dropped as a file or chosen as one. */
export function FileField(props: AreaProps) {
  const id = useId();
  const take = async (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file) props.onValue(await file.text());
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button below does the same without a mouse
    <div
      class="stack tight"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (!event.dataTransfer?.files.length) return;
        event.preventDefault();
        take(event.dataTransfer.files);
      }}
    >
      <AreaField {...props} />
      <label class="button quiet small file" for={id}>
        Choose a file
        <input
          class="visually-hidden"
          id={id}
          type="file"
          onChange={(event) => {
            take(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
      </label>
    </div>
  );
}
