import { vitePreprocess } from '@sveltejs/vite-plugin-svelte'

/** Runes only: a component in the old syntax does not compile. */
export default {
  preprocess: vitePreprocess(),
  vitePlugin: {
    dynamicCompileOptions: ({ filename }) =>
      filename.includes('node_modules') ? undefined : { runes: true },
  },
}
