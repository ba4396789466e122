import path from 'node:path'

/** Lowest first: a file imports its own folder and tiers below its own, never a sibling domain. */
const TIER = { paraglide: 0, ipc: 1, shared: 1, words: 2, views: 4 }
const DOMAIN_TIER = 3

/** `src/inbox/row.svelte` → `inbox`; null for files directly under `src` (the entry). */
function folderOf(file) {
  const parts = file.split(path.sep)
  const src = parts.lastIndexOf('src')
  return src >= 0 && parts.length > src + 2 ? parts[src + 1] : null
}

const tierOf = (folder) => TIER[folder] ?? DOMAIN_TIER

/** Keeps the three tiers apart and the generated bindings behind one file. */
export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      bindings:
        'Only ipc/client.ts knows the bindings and Tauri. Import types and `connect` from ipc/client.',
      sibling:
        '"{{from}}" must not import "{{to}}": domains do not know each other. Pass it in as a prop or snippet from views/, or move what both need to shared/.',
      upward:
        '"{{from}}" must not import "{{to}}", which is above it. Turn it round: hand it down from there.',
    },
  },
  create(context) {
    const from = folderOf(context.filename)
    const isClient = context.filename.endsWith(path.join('ipc', 'client.ts'))
    function check(node) {
      const source = node.source?.value
      if (typeof source !== 'string') return
      if ((source.startsWith('@tauri-apps/') || /\/bindings(\.ts)?$/.test(source)) && !isClient) {
        context.report({ node, messageId: 'bindings' })
      }
      if (!source.startsWith('.') || from === null) return
      const to = folderOf(path.resolve(path.dirname(context.filename), source) + path.sep + 'x')
      const target = folderOf(path.resolve(path.dirname(context.filename), source)) ?? to
      if (target === null || target === from) return
      const data = { from, to: target }
      if (tierOf(target) > tierOf(from)) context.report({ node, messageId: 'upward', data })
      else if (tierOf(target) === DOMAIN_TIER && tierOf(from) === DOMAIN_TIER)
        context.report({ node, messageId: 'sibling', data })
    }
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    }
  },
}
