//! The pages in a real browser: Debian's `chromium` and `chromium-driver`, and axe-core, which judges whether a page can be
//! used without a mouse, without colours, or by ear. `.ci/run` installs them; without them these tests are SKIPPED.
//!
//! Pictures of every page, as a phone shows it in the light and a desk in the dark, are left below the build's folder
//! (`target/tmp/pictures`).

use crate::skipped;
use driver::{Browser, DESK, PHONE, USUAL_PHONE};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

mod driver;
mod standing;
mod walk;

/// A browser; says so where there is none.
fn browser() -> Option<Browser> {
    let browser = Browser::start();
    if browser.is_none() {
        skipped("there is no chromedriver: the pages were not looked at in a browser");
    }
    browser
}

/// The script that judges pages; says so where it is not.
fn judge() -> Option<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/judges/node_modules/axe-core/axe.min.js");
    let judge = fs::read_to_string(&file).ok();
    if judge.is_none() {
        skipped("axe-core is not in target/judges: the pages were not judged for accessibility");
    }
    judge
}

fn pictures() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// What axe-core finds on the open page that is not minor; the rest it says aloud.
fn judged(browser: &Browser, judge: &str) -> Vec<String> {
    browser.run(judge);
    // What is folded away counts too.
    browser.run("for (const folded of document.querySelectorAll('details')) { folded.removeAttribute('name'); folded.open = true; }");
    let found = browser.wait_for("const found = await axe.run(document, {resultTypes: ['violations'], preload: false}); return found.violations.map(rule => ({id: rule.id, impact: rule.impact, nodes: rule.nodes.map(node => node.target.join(' ') + ': ' + (node.any[0] || node.all[0] || node.none[0] || {}).message)}))");
    let Some(rules) = found.as_array() else {
        panic!("axe-core did not run: {found}")
    };
    let (grave, others): (Vec<&Value>, Vec<&Value>) =
        rules.iter().partition(|rule| rule["impact"] != "minor");
    let line = |rule: &Value| format!("{} ({}): {}", rule["id"], rule["impact"], rule["nodes"]);
    for rule in others {
        crate::said(&format!("axe-core: {}", line(rule)));
    }
    grave.into_iter().map(line).collect()
}

/// What of the open page does not fit a phone.
fn fits_phones(browser: &Browser, name: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for width in [PHONE, USUAL_PHONE] {
        browser.look(width, false);
        match browser.overflow() {
            0 => {}
            wider => wrong.push(format!(
                "{name} at {width} px: {wider} px wider than the window"
            )),
        }
        let scrolled = browser.scrolled().into_iter();
        wrong.extend(scrolled.map(|part| format!("{name} at {width} px: {part} scrolls sideways")));
    }
    wrong
}

/// Looks at the open page as a phone shows it in the light, and a desk in the dark: what is wrong with it.
fn looked_at(browser: &Browser, judge: &str, name: &str) -> Vec<String> {
    let mut wrong = fits_phones(browser, name);
    for (width, dark) in [(PHONE, false), (DESK, true)] {
        browser.look(width, dark);
        let colours = if dark { "dark" } else { "light" };
        let how = format!("{name} at {width} px, {colours}");
        let too_wide = |how: &str| match browser.overflow() {
            0 => None,
            wider => Some(format!("{how}: {wider} px wider than the window")),
        };
        wrong.extend(too_wide(&how));
        browser.picture(&pictures().join(format!("{name}-{width}-{colours}.png")));
        let found = judged(browser, judge);
        wrong.extend(found.into_iter().map(|what| format!("{how}: {what}")));
        wrong.extend(too_wide(&format!("{how}, unfolded")));
    }
    let complaints = browser.complaints().into_iter();
    wrong.extend(complaints.map(|what| format!("{name}: {what}")));
    wrong
}
