/** A small drawn picture as a data address, so that the shop needs no network. */
function drawn(shape: string, ground: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="220" viewBox="0 0 320 220"><rect width="320" height="220" fill="${ground}"/>${shape}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}

export const SHIRT = drawn(
  '<path d="M110 60l30-16q20 16 40 0l30 16 26 40-26 14-10-16v86H120V98l-10 16-26-14z" fill="#3b6ea8"/><path d="M140 44q20 18 40 0" fill="none" stroke="#2a5484" stroke-width="5"/>',
  '#e9eef2',
)
export const PARCEL = drawn(
  '<path d="M70 80l90-36 90 36v84l-90 36-90-36z" fill="#c79a5b"/><path d="M70 80l90 34 90-34M160 114v86" fill="none" stroke="#8d6632" stroke-width="4"/><path d="M112 63l92 36" stroke="#e8d2ac" stroke-width="12"/>',
  '#f3efe8',
)
