//! Every page as a function makes it, in every state, whether or not a walk through the site would come by it.

use super::driver::PHONE;
use super::{browser, judge, looked_at};
use crate::loopback::{Answer, Server, start};
use crate::markup;
use rusty_events::server::pages::{SCRIPT, STYLE};
use std::time::Duration;

/// The policy that the pages stand under.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

#[test]
fn every_page_can_be_used_by_everybody_on_every_screen() {
    look_at(|name| !name.ends_with("-editor"));
}

#[test]
fn every_page_with_forms_for_editors_can_be_used_on_every_screen() {
    look_at(|name| name.ends_with("-editor"));
}

/// Serves a page with its style and its script, which comes after a delay.
fn serve(server: &Server, path: &str, page: String, delay: Duration) {
    let asset = |name: &str| {
        let begin = page.find(name).unwrap();
        page[begin..].split('"').next().unwrap().to_owned()
    };
    let style = Answer::ok("text/css; charset=utf-8", STYLE);
    server.serve(&asset("/style.css"), style);
    let script = Answer::ok("text/javascript; charset=utf-8", SCRIPT);
    server.serve(&asset("/script.js"), script.after(delay));
    let answer = Answer::ok("text/html; charset=utf-8", page);
    server.serve(path, answer.header("Content-Security-Policy", POLICY));
}

fn look_at(wanted: impl Fn(&str) -> bool) {
    let (Some(judge), Some(browser)) = (judge(), browser()) else {
        return;
    };
    let server = start();
    browser.in_zone("Asia/Tokyo");
    let mut wrong = Vec::new();
    for (name, page) in markup::pages().into_iter().filter(|(name, _)| wanted(name)) {
        let path = format!("/{name}");
        serve(&server, &path, page, Duration::ZERO);
        browser.open(&server.url(&path));
        wrong.extend(looked_at(&browser, &judge, &name));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn no_page_jumps_when_its_script_arrives() {
    let Some(browser) = browser() else { return };
    let server = start();
    browser.in_zone("Asia/Tokyo");
    browser.look(PHONE, false);
    let mut hours = 0;
    for (name, page) in markup::pages() {
        if !["event", "organiser", "section"].contains(&&*name) {
            continue;
        }
        let path = format!("/{name}");
        serve(&server, &path, page, Duration::from_millis(700));
        browser.open(&server.url(&path));
        hours += browser.count(".viewer:not([hidden])");
        let shifts = "return await new Promise(done => { new PerformanceObserver(list => done(list.getEntries().map(shift => shift.value))).observe({type: 'layout-shift', buffered: true}); setTimeout(() => done([]), 500); })";
        assert_eq!(browser.wait_for(shifts), serde_json::json!([]), "{name}");
    }
    assert!(hours > 0, "the script wrote no hour");
}
