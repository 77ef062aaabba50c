/*
 * The one script of the first view. It blocks, since it sets the theme before the first paint,
 * and so it stays small: the theme, and a way to fetch each other behaviour when it is near.
 */
(() => {
  "use strict";

  // Theme: auto, light or dark, kept in this browser only.
  const states = ["auto", "light", "dark"];
  const root = document.documentElement;

  const storedTheme = () => {
    try {
      const theme = localStorage.getItem("theme");
      return states.includes(theme) ? theme : "auto";
    } catch {
      return "auto"; // storage is forbidden: the theme then lasts as long as the page
    }
  };

  const show = (theme) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-button]")) {
      button.setAttribute("aria-label", button.dataset[theme]);
      button.title = button.dataset[theme];
    }
  };

  root.dataset.scripted = "";
  show(storedTheme());
  document.addEventListener("DOMContentLoaded", () => show(root.dataset.theme ?? "auto"));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-button]")) return;
    const next = states[(states.indexOf(root.dataset.theme ?? "auto") + 1) % states.length];
    try {
      localStorage.setItem("theme", next);
    } catch {
      // As above: shown, not kept.
    }
    show(next);
  });

  // Modules: `data-module` names a script that is fetched when its part of the page is near.
  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        import(target.dataset.module).then((module) => module.start(target));
      }
    },
    { rootMargin: "100% 0px" },
  );
  addEventListener("load", () => {
    for (const part of document.querySelectorAll("[data-module]")) near.observe(part);
  });
})();
