/** As the host takes it: more than hundredths would tell nobody's share finer. */
export const MOST = 100

/** A weight as it was typed, in full-width digits too; none if it is no whole number from 0 to {@link MOST}. */
export function weightOf(typed: string): number | null {
  const digits = typed.normalize('NFKC').trim()
  return /^\d{1,3}$/.test(digits) && Number(digits) <= MOST ? Number(digits) : null
}
