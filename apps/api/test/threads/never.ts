/** A thread that says nothing. */
self.addEventListener("message", () => undefined)
