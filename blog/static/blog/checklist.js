// A finding of the checklist leads to its place in the text.
for (const link of document.querySelectorAll(".post-checklist a")) {
  link.addEventListener("click", (event) => {
    const field = document.querySelector(link.getAttribute("href"));
    if (!field) return;
    event.preventDefault();
    field.closest("details")?.setAttribute("open", "");
    field.focus();
    const start = Number(link.dataset.position), length = Number(link.dataset.length);
    if (length) field.setSelectionRange(start, start + length);
  });
}
