//! Burns and what they change.

mod burns;
