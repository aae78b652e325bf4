//! The whole of the tests in one program, so that the library is linked once.

mod place;
