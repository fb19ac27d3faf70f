export default {
  fetch: () => new Response("veridge"),
} satisfies ExportedHandler;
