"""What happens in a plant in an hour: load, treatment, gas and water, analysers."""
