// Printing is the browser's own: it makes the PDF too.
document.getElementById("print").addEventListener("click", () => window.print());
