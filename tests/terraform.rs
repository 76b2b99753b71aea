//! Terraform: plans and states judged before anything is deployed, with places in the user's file.

mod cli_support;
mod terraform {
    mod bad_input;
    mod configuration;
    mod defaults;
    mod documents;
    mod founding;
    mod kept;
    mod lists;
    mod modules;
    mod onto;
    mod parts;
    mod regions;
    mod resources;
    mod several;
    mod shapes;
    mod state;
    mod support;
    mod unknown;
}
