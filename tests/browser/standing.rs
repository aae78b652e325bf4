//! Every page as a function makes it, in every state, whether or not a walk through the site would come by it.

use super::{browser, judge, looked_at};
use crate::loopback::{Answer, start};
use crate::markup;
use rusty_events::server::pages::{SCRIPT, STYLE};

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

fn look_at(wanted: impl Fn(&str) -> bool) {
    let (Some(judge), Some(browser)) = (judge(), browser()) else {
        return;
    };
    let server = start();
    server.serve("/style.css", Answer::ok("text/css; charset=utf-8", STYLE));
    server.serve(
        "/script.js",
        Answer::ok("text/javascript; charset=utf-8", SCRIPT),
    );
    browser.in_zone("Asia/Tokyo");
    let mut wrong = Vec::new();
    for (name, page) in markup::pages().into_iter().filter(|(name, _)| wanted(name)) {
        let asset = |name: &str| {
            let begin = page.find(name).unwrap();
            page[begin..].split('"').next().unwrap().to_owned()
        };
        server.serve(
            &asset("/style.css"),
            Answer::ok("text/css; charset=utf-8", STYLE),
        );
        server.serve(
            &asset("/script.js"),
            Answer::ok("text/javascript; charset=utf-8", SCRIPT),
        );
        let path = format!("/{name}");
        let answer = Answer::ok("text/html; charset=utf-8", page);
        server.serve(&path, answer.header("Content-Security-Policy", POLICY));
        browser.open(&server.url(&path));
        wrong.extend(looked_at(&browser, &judge, &name));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
