//! The error of element sets: the class model, the fit of an object's own sets, and the measure of both.

mod class;
mod command;
mod history;
mod realism;
mod synthetic;
