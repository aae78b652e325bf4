// What makes the pages handier: copying, and the times of events on the reader's own clock.
// Without it a page lacks nothing else.
"use strict";

// What it writes, in the language of the page.
const words = document.currentScript.dataset;

// One place in which a screen reader hears what was done.
const said = document.createElement("p");
said.className = "unseen";
said.setAttribute("role", "status");
document.body.append(said);

for (const button of document.querySelectorAll("button[data-copy]")) {
  const label = button.textContent;
  button.hidden = false;
  if (button.parentElement.hidden) button.parentElement.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    let done = words.copied;
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      // Without permission it is at least marked, ready for the keyboard.
      getSelection().selectAllChildren(source);
      done = words.marked;
    }
    button.textContent = done;
    said.textContent = done;
    setTimeout(() => { button.textContent = label; said.textContent = ""; }, 3000);
  });
}

// Near the reader. The browser is asked once the button is pressed, and what it says goes into the search as if typed.
for (const button of document.querySelectorAll("button[data-here]")) {
  if (!isSecureContext || !navigator.geolocation) continue;
  const field = document.getElementById(button.dataset.here);
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      // To a kilometre: the search needs no more.
      field.value = `${coords.latitude.toFixed(2)}, ${coords.longitude.toFixed(2)}`;
      field.form.requestSubmit();
    }, () => {
      button.disabled = false;
      field.value = "";
      field.placeholder = words.nowhere;
      said.textContent = words.nowhere;
    }, { timeout: 20000, maximumAge: 600000 });
  });
}

// The days by their names on the reader's calendar.
const language = document.documentElement.lang;
const named = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const long = new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" });
const now = new Date();
const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
for (const heading of document.querySelectorAll("[data-day]")) {
  const day = Date.parse(heading.dataset.day);
  const ahead = Math.round((day - today) / 86400000);
  const name = ahead === 0 || ahead === 1 ? named.format(ahead, "day") : long.format(day);
  heading.querySelector(".name").textContent = name[0].toLocaleUpperCase(language) + name.slice(1);
}

// The times where the reader is, if the clock there shows others than where the event is.
const weekday = new Intl.DateTimeFormat(language, { weekday: "short" });
const there = new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" });
const hour = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
for (const place of document.querySelectorAll(".viewer[data-start]")) {
  const start = new Date(place.dataset.start);
  const offset = Number(place.dataset.offset);
  if (isNaN(start) || -start.getTimezoneOffset() === offset) continue;
  const day = weekday.format(start);
  const same = day === there.format(new Date(start.getTime() + offset * 60000));
  let text = same ? hour.format(start) : `${day} ${hour.format(start)}`;
  const end = new Date(place.dataset.end ?? NaN);
  if (!isNaN(end)) {
    text += weekday.format(end) === day || end - start < 43200000 ? `–${hour.format(end)}` : ` – ${weekday.format(end)} ${hour.format(end)}`;
  }
  place.textContent = words.yours.replace("{time}", () => text);
  place.title = Intl.DateTimeFormat().resolvedOptions().timeZone;
  place.hidden = false;
}
