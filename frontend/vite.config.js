import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

// The server sets its signed-off documents in this font; one of the package's nine weights is enough.
const FONT = "node_modules/@expo-google-fonts/noto-sans-sc";
const FONT_FILES = {
  "noto-sans-sc.ttf": `${FONT}/400Regular/NotoSansSC_400Regular.ttf`,
  "noto-sans-sc-licence.txt": `${FONT}/LICENSE_FONT`,
};
const documentFont = {
  name: "document-font",
  generateBundle() {
    for (const [fileName, file] of Object.entries(FONT_FILES)) {
      this.emitFile({ type: "asset", fileName, source: readFileSync(new URL(file, import.meta.url)) });
    }
  },
};

// File names stay the same from build to build: the server adds the content's hash to them.
export default defineConfig({
  base: "./",
  publicDir: "public",
  logLevel: "warn",
  plugins: [documentFont],
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
        "phone-live": "src/phone-live.js",
        counter: "src/counter.js",
        door: "src/door.js",
        "rule-builder": "src/rule-builder.js",
        "copy-editor": "src/copy-editor.js",
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
