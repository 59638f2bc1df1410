// A long work is looked at every two seconds; without this script, its page has a link that does the same.
const followed = document.querySelector("[data-suivi]");

async function look() {
  try {
    const answer = await fetch(followed.dataset.suivi, { headers: { Accept: "text/html" } });
    if (!answer.ok) {
      return; // Asking again would change nothing: the page has its link.
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const news = page.body.firstElementChild;
    if (news) {
      followed.replaceChildren(news);
      if ("fini" in news.dataset) {
        document.querySelector(".sans-script")?.remove();
        return;
      }
    }
  } catch {
    // The service stopped, or restarts: the work goes on, and is asked for again.
  }
  setTimeout(look, 2000);
}

if (followed) {
  setTimeout(look, 2000);
}

// A second press would find the form used: nothing is done twice, and nobody is told so for nothing.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.parti) {
    event.preventDefault();
  }
  event.target.dataset.parti = "oui";
});
