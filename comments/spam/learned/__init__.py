"""The learned part: a linear model over hashed features, shipped as data and taught by decisions.

    Submission -> features.features_of() -> Features: places in the table, in five groups
                                               |
    shipped.bin (read-only)  +  lessons.fold() (this site)   -> model.judge() -> Evidence a group

Weights are log-odds, so that what the model says stands beside the findings of the other checks and
is added like them. Pure Python over plain values: no clock, no database, nothing to install.
"""
