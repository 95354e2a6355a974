// Additions only; without this script the page is whole.
(function () {
  var copy = document.querySelector("[data-copy]");
  var share = document.querySelector("[data-share]");
  if (copy && navigator.clipboard) {
    copy.parentNode.hidden = false;
    copy.addEventListener("click", function () {
      navigator.clipboard.writeText(copy.dataset.copy).then(function () {
        copy.textContent = copy.dataset.done;
      });
    });
  }
  if (share && navigator.share) {
    share.parentNode.hidden = false;
    share.addEventListener("click", function () {
      navigator.share({ title: document.title, url: share.dataset.share }).catch(function () {});
    });
  }
})();
