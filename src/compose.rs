//! The walk out: what is published → the section that is asked for.

use crate::select::{self, Section, Selection, Style};
use crate::store::{self, Store};

/// The section of a selection, from the database.
///
/// # Errors
/// If the database cannot be read.
pub fn section(
    store: &Store,
    selection: &Selection,
    style: &Style,
) -> Result<Section, store::Error> {
    let published = store.published()?;
    let suspicions = store.suspicions()?;
    Ok(select::select(
        published.values(),
        &suspicions,
        selection,
        style,
    ))
}
