/** How much of something is used, with the numbers beside it. Over its end it says so in another colour and in words. */
export const Meter = ({ label, of, used }: { readonly label: string; readonly used: number; readonly of: number }) => {
  const share = of <= 0 ? (used > 0 ? 1 : 0) : Math.min(1, used / of)
  const over = used > of
  return (
    <svg
      class={over ? "meter over" : "meter"}
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <rect class="track" width="100" height="6" rx="1" />
      <rect class="fill" width={share * 100} height="6" rx="1" />
    </svg>
  )
}
