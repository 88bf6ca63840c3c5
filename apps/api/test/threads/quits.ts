/** A thread that ends without a word. */
self.addEventListener("message", () => process.exit(0))
