import type { ComponentChildren } from "preact";

const NAVIGATION = [
  ["/", "Overview"],
  ["/docs", "Reference"],
  ["/console", "Console"],
] as const;

interface Props {
  readonly path: (typeof NAVIGATION)[number][0] | "/login";
  readonly title: string;
  readonly description: string;
  readonly script: string;
  readonly children: ComponentChildren;
}

/** The frame of every page. No inline script, style or handler: the pages' Content-Security-Policy refuses them. */
export const Layout = ({ path, title, description, script, children }: Props) => (
  <html lang="en">
    <head>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{title}</title>
      <meta name="description" content={description} />
      <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
      <link rel="stylesheet" href="/style.css" />
      <script type="module" src={script} />
    </head>
    <body>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <div class="wide">
          <a class="brand" href="/" aria-label="Veridge, overview">
            <img src="/favicon.svg" alt="" width="28" height="28" />
            <span>Veridge</span>
          </a>
          <nav aria-label="Pages">
            {NAVIGATION.map(([href, name]) => (
              <a key={href} href={href} aria-current={href === path ? "page" : undefined}>
                {name}
              </a>
            ))}
          </nav>
        </div>
      </header>
      <main id="main" class="wide" tabIndex={-1}>
        {children}
      </main>
    </body>
  </html>
);
