//! The web server: pages for editors and organisers, feeds for subscribers.

pub mod pages;
