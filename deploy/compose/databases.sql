-- Run once, on an empty volume: the image itself makes the database `dagster`.
CREATE DATABASE phlogiston;
