/** One width for code and templates; the plugin formats Svelte files. */
export default {
  printWidth: 110,
  semi: false,
  singleQuote: true,
  plugins: ['prettier-plugin-svelte'],
  overrides: [{ files: '*.svelte', options: { parser: 'svelte' } }],
}
