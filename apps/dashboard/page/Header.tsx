/** Where to go, whose signals are shown, and whether what is shown is live. */
import { connectionText, connectionTone, hasReplays } from "./connectionText.ts"
import { tell, unknown } from "./live.ts"
import { hashOf, origin, origins, place, setFilters, views } from "./Place.ts"
import { originTexts, short, titles } from "./viewNames.ts"

export const Header = () => (
  <header class="top">
    <a class="brand" href={hashOf("overview")}>dgas</a>
    <nav aria-label="Views">
      {views.map((view) => (
        <a key={view} href={hashOf(view)} aria-current={place.value.view === view ? "page" : undefined}>
          {short[view] ?? titles[view]}
        </a>
      ))}
    </nav>
    <div class="status">
      <div class="choices" role="group" aria-label="Origin of what is shown">
        {origins.map((one) => (
          <button
            key={one}
            type="button"
            class="quiet"
            aria-pressed={origin.value === one}
            onClick={() => setFilters({ origin: one })}
          >
            {originTexts[one]}
          </button>
        ))}
      </div>
      <span class={`connection ${connectionTone.value}`}>
        {connectionText}
      </span>
      {hasReplays.value && (
        <button type="button" class="quiet" onClick={() => tell(unknown)}>
          Read again
        </button>
      )}
    </div>
  </header>
)
