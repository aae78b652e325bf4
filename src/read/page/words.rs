//! What a person reads in an element of a page.

use crate::facts::event::one_line;
use crate::read::tree::{Child, Tree};

/// Bytes of one element's words that are kept.
const LONGEST_WORDS: usize = 20_000;

/// What a person reads in an element, on one line.
pub(super) fn words(tree: &Tree, node: usize) -> String {
    words_but(tree, node, &|_| false)
}

/// What a person reads in an element beside the elements that are left out.
pub(super) fn words_but(tree: &Tree, node: usize, leave: &dyn Fn(usize) -> bool) -> String {
    let mut words = String::new();
    collect(tree, node, leave, &mut words);
    one_line(&words)
}

/// The depth of a tree is limited, so that this is too.
fn collect(tree: &Tree, node: usize, leave: &dyn Fn(usize) -> bool, words: &mut String) {
    for child in &tree.nodes[node].children {
        if words.len() > LONGEST_WORDS {
            return;
        }
        match child {
            Child::Text(text) => words.push_str(text),
            Child::Element(inner) => {
                let element = &tree.nodes[*inner];
                let stands_apart =
                    element.is_block() || matches!(element.name.as_str(), "br" | "img");
                if stands_apart {
                    words.push(' ');
                }
                if !element.is_silent() && !leave(*inner) {
                    collect(tree, *inner, leave, words);
                }
                if stands_apart {
                    words.push(' ');
                }
            }
        }
    }
}
