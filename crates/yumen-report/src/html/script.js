(() => {
  for (const box of document.querySelectorAll(".filter")) {
    const rows = [...document.querySelectorAll(box.dataset.rows)];
    const shown = box.querySelector("output");
    box.hidden = false;
    box.querySelector("input").addEventListener("input", (event) => {
      const words = event.target.value.toLowerCase().split(/\s+/);
      let count = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        count += row.hidden ? 0 : 1;
      }
      shown.textContent = count + " / " + rows.length;
    });
  }
  const unfold = () => {
    let place = document.getElementById(location.hash.slice(1));
    for (; place; place = place.parentElement) {
      if (place.tagName === "DETAILS") place.open = true;
    }
  };
  addEventListener("hashchange", unfold);
  unfold();
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details.printed")) part.open = true;
  });
})();
