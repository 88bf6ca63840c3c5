/**
 * JSON that Postgres takes.
 *
 * jsonb has no NUL character and no half of a surrogate pair. Text of ours loses them; a signal that holds them is
 * refused, since its text is part of what a user is promised.
 */

/** JSON text of `value` without what jsonb refuses. */
export const storableJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => typeof part === "string" ? clean(part) : part)

/** Whether every text in `value`, keys included, can be stored as it is. */
export const isStorable = (value: unknown): boolean =>
  typeof value === "string"
    ? clean(value) === value
    : typeof value !== "object" || value === null ||
      Object.entries(value).every(([key, part]) => isStorable(key) && isStorable(part))

const clean = (text: string): string => text.replaceAll("\0", "").toWellFormed()
