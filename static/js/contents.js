/* Marks in the contents the heading that is being read. */
export function start(contents) {
  // Where the style has it stand open, it is open for programs that read the page aloud as well.
  const fold = contents.querySelector("details");
  if (fold && matchMedia("(width >= 76rem)").matches) fold.open = true;

  const links = new Map();
  for (const link of contents.querySelectorAll("a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }

  const mark = (current) => {
    for (const link of links.values()) link.removeAttribute("aria-current");
    const link = links.get(current);
    link?.setAttribute("aria-current", "location");
    // A list longer than the window scrolls by itself, and keeps the mark in sight.
    contents.scrollTop = (link?.offsetTop ?? 0) - contents.clientHeight / 2;
  };

  // The last heading above the upper third of the window is the one being read.
  const update = () => {
    const passed = [...links.keys()].filter(
      (heading) => heading.getBoundingClientRect().top < innerHeight / 3,
    );
    mark(passed.at(-1));
  };

  const observer = new IntersectionObserver(update, { rootMargin: "0px 0px -66% 0px" });
  for (const heading of links.keys()) observer.observe(heading);
  // A leap from the middle of one part to the middle of another crosses no heading.
  addEventListener("scrollend", update);
}
