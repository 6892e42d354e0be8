"""The line: nobody is lost, nobody is offered twice, and nobody loses their rank."""
