//! The pages, as functions from what is known to HTML. No script is needed to read or to use them.
