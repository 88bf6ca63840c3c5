/** Signs in by the link that was opened, once somebody says so: a program that looks at links must not use it up. */
const form = document.querySelector("form")
const status = document.querySelector("[role=status]")

// Behind the #, where neither servers nor proxies see it; and out of the history.
const link = location.hash.slice(1)
history.replaceState(null, "", location.pathname)

form.addEventListener("submit", async (event) => {
  event.preventDefault()
  status.textContent = "Signing in …"
  try {
    const answer = await fetch("/v1/sign-in", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ link })
    })
    if (answer.ok) location.replace("/")
    else status.textContent = (await answer.json()).detail
  } catch {
    status.textContent = "The API does not answer: is it still running?"
  }
})
