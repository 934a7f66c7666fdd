import { defineConfig } from "vite";

// File names stay the same from build to build: the server adds the content's hash to them.
export default defineConfig({
  base: "./",
  publicDir: "public",
  logLevel: "warn",
  build: {
    outDir: "../src/huiqun/foundation/static/huiqun",
    emptyOutDir: true,
    target: ["chrome87", "edge88", "firefox85", "safari14"],
    modulePreload: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    rollupOptions: {
      preserveEntrySignatures: "strict", // charts.js gives draw() to whoever loads it
      input: {
        staff: "src/staff.js",
        charts: "src/charts.js",
        phone: "src/phone.js",
        "rule-builder": "src/rule-builder.js",
        "staff-style": "src/css/staff.css",
        "phone-style": "src/css/phone.css",
      },
      output: {
        entryFileNames: "[name].js",
        chunkFileNames: "[name].js",
        assetFileNames: (asset) => (asset.names[0] ?? "asset").replace("-style", ""),
      },
    },
  },
});
