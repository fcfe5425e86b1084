/** The page before its script has run. `token` and `run` are of letters, digits, `-` and `_`. */
export function renderPage({ token, run }: { token: string; run: string }): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="workshop-token" content="${token}">
    <meta name="workshop-run" content="${run}">
    <title>Tracing workshop</title>
    <link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
    <link rel="stylesheet" href="/client.css">
    <script type="module" src="/client.js"></script>
  </head>
  <body>
    <div id="app"></div>
    <noscript>The console needs JavaScript. The terminal has all of it, too.</noscript>
  </body>
</html>
`;
}

/** Three bars of a waterfall. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#4f62ad" d="M1 2h14v3H1z"/><path fill="#c77d00" d="M4 7h6v3H4z"/><path fill="#2a8a5f" d="M9 12h6v3H9z"/></svg>`;
