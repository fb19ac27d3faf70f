/** One line of the plot: a name and its points, x on a logarithmic axis. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [number, number])[];
}

const [WIDTH, HEIGHT] = [720, 360];
const AREA = { left: 60, right: 700, top: 50, bottom: 300 };

/** A line chart as SVG: users from 10^3 to 10^6 across, `unit` upwards from 0. */
export function plot(title: string, unit: string, series: readonly Series[]): string {
  const highest = Math.max(...series.flatMap((s) => s.points.map(([, y]) => y)));
  const top = Math.ceil(highest * 1.15);
  const x = (users: number) => AREA.left + ((Math.log10(users) - 3) / 3) * (AREA.right - AREA.left);
  const y = (value: number) => AREA.bottom - (value / top) * (AREA.bottom - AREA.top);
  const text = (at: number, up: number, anchor: string, words: string) =>
    `<text x="${at.toFixed(1)}" y="${up.toFixed(1)}" text-anchor="${anchor}">${words}</text>`;
  const ticks = Array.from({ length: 5 }, (_, i) => (top * i) / 4);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="13" fill="#444">`,
    `<title>${title}, by users in the directory</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(AREA.left, 24, "start", title),
    ...ticks.flatMap((value) => [
      `<path d="M${AREA.left} ${y(value).toFixed(1)}H${AREA.right}" stroke="#ddd"/>`,
      text(AREA.left - 8, y(value) + 4, "end", String(Number(value.toPrecision(3)))),
    ]),
    ...[1e3, 1e4, 1e5, 1e6].map((users) =>
      text(x(users), AREA.bottom + 20, "middle", users.toLocaleString("en")),
    ),
    text((AREA.left + AREA.right) / 2, AREA.bottom + 40, "middle", "users in the directory"),
    text(AREA.left, AREA.top - 8, "start", unit),
    ...series.flatMap(({ name, colour, points }) => {
      const [lastX, lastY] = points.at(-1) as readonly [number, number];
      return [
        `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.map(([u, v]) => `${x(u).toFixed(1)},${y(v).toFixed(1)}`).join(" ")}"/>`,
        ...points.map(
          ([u, v]) => `<circle cx="${x(u).toFixed(1)}" cy="${y(v).toFixed(1)}" r="3.5" fill="${colour}"/>`,
        ),
        `<g fill="${colour}">${text(x(lastX), y(lastY) - 10, "end", name)}</g>`,
      ];
    }),
    "</svg>\n",
  ].join("\n");
}
