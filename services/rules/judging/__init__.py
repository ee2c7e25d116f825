"""Rules put together: what a plant's hours, days and months come to. Pure, like each of the rules."""
