import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// The unit tests run on words that were compiled before; a watcher would keep them from ending.
const messages = process.env['VITEST']
  ? []
  : [
      // The language is a rune of ours, so that a change redraws the window without a reload.
      paraglideVitePlugin({
        project: here('./project.inlang'),
        outdir: here('./src/paraglide'),
        strategy: ['globalVariable', 'baseLocale'],
        outputStructure: 'locale-modules',
      }),
    ]

export default defineConfig({
  root: here('.'),
  publicDir: here('./static'),
  plugins: [...messages, svelte()],
  build: {
    outDir: here('./dist'),
    emptyOutDir: true,
    // WebView2, WKWebView of macOS 14.5 and WebKitGTK 2.44 know light-dark(); lowering it would lose the dark theme.
    target: ['chrome123', 'safari17.5'],
    cssTarget: ['chrome123', 'safari17.5'],
    chunkSizeWarningLimit: 700,
  },
  server: { port: 5183, strictPort: true },
  preview: { port: 5184, strictPort: true },
  // In Node, Svelte would resolve to its server build, where runes do not react.
  ...(process.env['VITEST'] ? { resolve: { conditions: ['browser'] } } : {}),
  test: {
    include: ['src/**/*.test.ts', 'tests/catalogues/**/*.test.ts', 'tests/browser/**/*.test.js'],
    environment: 'node',
    testTimeout: 60_000,
  },
})
