"""The services of Qingkong; strangers to each other, they meet in the database."""
