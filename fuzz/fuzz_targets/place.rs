//! Any text as an address, a city or the location column of a row.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rusty_events::place::{Country, Place, Stated, parse_location, resolve};

fuzz_target!(|text: &str| {
    let home = Place::parse("Berlin, DE").ok();
    let states: Vec<Country> = Country::parse("US").into_iter().collect();
    for stated in [
        Stated { address: Some(text), ..Stated::default() },
        Stated { venue: Some(text), address: Some(text), ..Stated::default() },
        Stated { city: Some(text), country: Some("US"), ..Stated::default() },
    ] {
        let _ = resolve(&stated, None);
        let _ = resolve(&stated, home.as_ref());
    }
    if let Ok((_, Some(place))) = parse_location(text) {
        let printed = place.printed(&states);
        let again = Place::parse(&printed).map(|place| place.printed(&states));
        assert_eq!(again.ok().as_ref(), Some(&printed), "what is printed is read as the same place");
    }
});
