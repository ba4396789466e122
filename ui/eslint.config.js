import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import tiers from './eslint-rules/tiers.js'
import svelteConfig from './svelte.config.js'

export default ts.config(
  { ignores: ['**/dist/**', '**/src/paraglide/**', '**/src/ipc/bindings.ts'] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    plugins: { tidebell: { rules: { tiers } } },
    rules: {
      'tidebell/tiers': 'error',
      'max-lines': ['error', { max: 300 }],
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // Bound state of a component starts empty on purpose; Svelte fills it in.
      'no-useless-assignment': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Instants and look-ups that never reach a template do not need to be reactive.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
)
