/** Of the API, as its document and its answers tell it. */
export const version = "0.1.0"
