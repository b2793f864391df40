//! Nothing of a candidate outlives a run, however it ends: canaries are planted on Lever's side, the real program runs with all its
//! logs on, and everything that it leaves behind is searched for them in every form.

mod canaries;
mod endings;
mod forms;
mod home;
mod kept;
mod oauth;
mod postgres;
mod process;
mod proof;
mod search;
mod words;
