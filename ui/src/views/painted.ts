/** Tells once when what `there` looks for has been on the screen: the frame after the one that drew it has begun. */
export function whenPainted(there: () => boolean, done: () => void): () => void {
  let frame = requestAnimationFrame(function look() {
    frame = requestAnimationFrame(there() ? () => (frame = requestAnimationFrame(done)) : look)
  })
  return () => cancelAnimationFrame(frame)
}
