// The page of a shift: it is printed.
import "./console.js";

document.getElementById("print").addEventListener("click", () => window.print());
